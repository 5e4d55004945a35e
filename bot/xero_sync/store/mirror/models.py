"""The small lists as the models they are."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from xero_sync.domain import scoro, xero
from xero_sync.store.mirror.lists import Lists, Record


class Models(Lists):
    """The part of the mirror that reads what several rooms look up."""

    async def organisation(self, db: AsyncConnection) -> xero.Organisation | None:
        """Xero's organisation, None before it was read."""
        records = await self.records(db, "organisation")
        return next((xero.Organisation.model_validate_json(record.text) for record in records.values()), None)

    async def projects(self, db: AsyncConnection) -> dict[int, scoro.Project]:
        """Every project by id, deleted ones too, with its client's name."""
        return projects_of(await self.records(db, "projects"), company_names_of(await self.records(db, "companies")))


def company_names_of(records: Mapping[str, Record]) -> dict[int, str]:
    companies = (scoro.Company.model_validate_json(record.text) for record in records.values())
    return {company.company_id: company.name for company in companies}


def projects_of(records: Mapping[str, Record], company_names: Mapping[int, str]) -> dict[int, scoro.Project]:
    """Every project by id. Scoro's lists name the client by id alone."""
    found = {}
    for record in records.values():
        project = scoro.Project.model_validate_json(record.text)
        name = project.company_name or company_names.get(project.company_id, "")
        found[project.project_id] = project if name == project.company_name else project.model_copy(update={"company_name": name})
    return found
