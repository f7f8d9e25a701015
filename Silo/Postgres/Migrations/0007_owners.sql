-- compatible: a column that older silos leave alone
-- Who submitted a sweep first; empty where nobody said.
alter table sweeps add column owner text not null default '';
