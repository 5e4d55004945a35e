"""New rows of documents, as Scoro fills them in."""

from datetime import datetime
from decimal import Decimal

from xero_sync.testing.standins.scoro.wire import Row

CENT = Decimal("0.01")


def line(
    net: Decimal | str | int,
    comment: str = "",
    *,
    project_id: int = 0,
    object_id: int = 0,
    amount: Decimal | str | int = 1,
    vat: Decimal | str | int = 20,
) -> Row:
    """A document line of so much net, still without an id. vat: per cent."""
    total, count = Decimal(net).quantize(CENT), Decimal(amount)
    return {
        "id": 0,
        "product_id": 0,
        "product_code": "",
        "comment": comment,
        "comment2": "",
        "price": (total / count).quantize(Decimal("0.000001")),
        "amount": count,
        "discount": Decimal(0),
        "sum": total,
        "vat": Decimal(vat),
        "vat_code_id": "9",
        "vat_code": "",
        "unit": "",
        "finance_object_id": object_id,
        "finance_account_id": 0,
        "project_id": project_id,
        "custom_fields": None,
    }


def new_document(module: str, document_id: int, number: str, company_id: int, lines: list[Row], stamp: datetime) -> Row:
    """A document on no project, dated today; its sums follow from the lines, which have their ids."""
    row: Row = {
        "id": document_id,
        "no": number,
        "company_id": company_id,
        "person_id": 0,
        "project_id": 0,
        "currency_rate": Decimal(1),
        "owner_id": 0,
        "owner_email": "",
        "date": f"{stamp:%Y-%m-%d}",
        "deadline": None,
        "status": "unpaid",
        "description": "",
        "sum": sum((one["sum"] for one in lines), Decimal(0)),
        "vat_sum": sum(((one["sum"] * one["vat"] / 100).quantize(CENT) for one in lines), Decimal(0)),
        "vat_code_id": "9",
        "discount": Decimal(0),
        "payment_type": "banktransfer",
        "reference_no": "",
        "created_date": stamp,
        "modified_date": stamp,
        "custom_fields": {},
        "is_deleted": False,
        "deleted_date": None,
        "lines": lines,
    }
    if module == "bills":
        row |= {"dateofpayment": None, "recognition_date": None, "is_chargeable": False, "purchase_order_id": 0}
    else:
        row |= {"credited_invoices": [], "quote_id": [], "order_id": [], "prepayment_id": []}
        row |= {"paid_sum": Decimal(0), "is_sent": False}
    return row
