-- What every silo asks twice a second: sweeps that run, or will as soon as they are planned.
drop index sweeps_running;
create index sweeps_running on sweeps (priority desc, submitted_at, id) where phase in ('running', 'planning');
