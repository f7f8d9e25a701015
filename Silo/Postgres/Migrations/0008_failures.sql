-- compatible: a column that older silos leave alone
-- Of which kind the error of a failed cell is, such as timeout or out_of_memory; null where the version that wrote it did not say.
alter table cells add column failure text;
