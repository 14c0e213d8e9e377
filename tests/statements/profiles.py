"""The CSV profiles of the invented banks whose statements stand beside this file."""

from statements.writer import A1, A2

from compliance.profiles import CsvColumns, CsvLabels, CsvProfile

PROFILES = {
    "primer-bank": CsvProfile(
        header="Дата;Номер;Контрагент;ИНН;Счёт;Приход;Расход;Назначение;Остаток",
        encoding="windows-1251",
        decimal=",",
        group=" ",
        account=A1,
        columns=CsvColumns(
            date="Дата",
            ref="Номер",
            counterparty="Контрагент",
            tax_id="ИНН",
            counterparty_account="Счёт",
            credit="Приход",
            debit="Расход",
            purpose="Назначение",
            balance="Остаток",
        ),
        footer="Итого",
    ),
    "labelled": CsvProfile(
        header="Date,Ref,Payee,Amount,Currency,Text",
        delimiter=",",
        dates=["Y-m-d", "Y-m-d H:M"],
        columns=CsvColumns(
            date="Date", ref="Ref", counterparty="Payee", amount="Amount", currency="Currency", purpose="Text"
        ),
        labels=CsvLabels(
            account="Account",
            start="Period from",
            end="Period to",
            opening="Opening balance",
            closing="Closing balance",
        ),
    ),
    "several": CsvProfile(
        header="acc;date;in;out;bal",
        columns=CsvColumns(account="acc", date="date", credit="in", debit="out", balance="bal"),
    ),
    "multiline": CsvProfile(
        header="date;sum;text",
        account=A2,
        multiline=True,
        columns=CsvColumns(date="date", amount="sum", purpose="text"),
    ),
}
