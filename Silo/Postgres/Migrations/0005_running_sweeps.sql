-- compatible: an index alone
-- What every silo asks twice a second, however many sweeps there have been.
create index sweeps_running on sweeps (priority desc, submitted_at, id) where phase = 'running';
