"""The books and the rules, pure: no await, no clock, no Slack word, and nothing imported from the rest of the house."""
