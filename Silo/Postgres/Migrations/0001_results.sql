-- Results, sweeps and workers. Names of choices are their canonical texts; JSON is what the journal writes.
create table cells (
    id                  text collate "C" primary key,
    dataset             text not null,
    model               text not null,
    attack              text not null,
    defense             text not null,
    poison              text,
    strength            double precision not null,
    seed                integer not null,
    status              text not null,
    attempt             integer not null,
    seconds             double precision not null,
    error               text,
    measurements        jsonb not null,
    outcomes            text,
    confusion           jsonb,
    provenance          jsonb not null,
    cell                jsonb not null,
    finished_at         timestamptz not null,
    version             bigint not null,
    clean_accuracy      double precision generated always as (nullif(measurements #>> '{clean_accuracy,value}', 'NaN')::double precision) stored,
    robust_accuracy     double precision generated always as (nullif(measurements #>> '{robust_accuracy,value}', 'NaN')::double precision) stored,
    attack_success_rate double precision generated always as (nullif(measurements #>> '{attack_success_rate,value}', 'NaN')::double precision) stored
);

-- What a panel of the last hours asks for.
create index cells_finished_at on cells (finished_at);

create table sweeps (
    id           text collate "C" primary key,
    name         text not null,
    file         text not null,
    text         text not null,
    plan_hash    text not null,
    science      text not null,
    priority     integer not null,
    phase        text not null,
    reason       text,
    cells        integer not null,
    done         integer not null,
    failed       integer not null,
    submitted_at timestamptz not null,
    finished_at  timestamptz,
    failed_after timestamptz not null,
    faults       jsonb not null,
    version      bigint not null
);

-- No foreign keys: the list is there before the sweep's row, and a cell's row comes with its first result.
create table sweep_cells (
    sweep text collate "C" not null,
    index integer not null,
    cell  text collate "C" not null,
    primary key (sweep, index)
);

create table workers (
    worker         text collate "C" primary key,
    device         text not null,
    memory_bytes   bigint not null,
    cells          bigint not null,
    cells_per_hour double precision not null,
    doing          text not null,
    started_at     timestamptz not null,
    seen_at        timestamptz not null,
    state          text not null
);
