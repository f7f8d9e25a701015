-- Trained models that silos share. Parameters do not compress: they are kept as they are.
create table models (
    key       text collate "C" primary key,
    bytes     bytea not null,
    size      bigint not null,
    last_used timestamptz not null
);

alter table models alter column bytes set storage external;
