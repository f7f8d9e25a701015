-- Who is in the cluster, by the contract of Orleans' ADO.NET clustering provider for "Npgsql" (10.4): it runs the texts of OrleansQuery under these keys,
-- gives parameters and reads columns by these names, and expects a change to be made whole or not at all, one number saying which (0: not).
-- A change of the members is made only if the version of the table is the expected one, and raises it; that row is what concurrent changes wait for.
create table OrleansQuery (
    QueryKey  text primary key,
    QueryText text not null
);

create table OrleansMembershipVersionTable (
    DeploymentId text primary key,
    Timestamp    timestamptz not null default now(),
    Version      integer not null default 0
);

create table OrleansMembershipTable (
    DeploymentId text not null references OrleansMembershipVersionTable,
    Address      text not null,
    Port         integer not null,
    Generation   integer not null,
    SiloName     text not null,
    HostName     text not null,
    Status       integer not null,
    ProxyPort    integer not null,
    SuspectTimes text,
    StartTime    timestamptz not null,
    IAmAliveTime timestamptz not null,
    primary key (DeploymentId, Address, Port, Generation)
);

insert into OrleansQuery (QueryKey, QueryText) values
('InsertMembershipVersionKey', $$
    with made as (
        insert into OrleansMembershipVersionTable (DeploymentId) values (@DeploymentId)
        on conflict do nothing
        returning 1)
    select count(*) from made
$$),
('InsertMembershipKey', $$
    with raised as (
        update OrleansMembershipVersionTable set Version = Version + 1, Timestamp = now()
        where DeploymentId = @DeploymentId and Version = @Version
          and not exists (
              select from OrleansMembershipTable
              where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation)
        returning 1),
    joined as (
        insert into OrleansMembershipTable
            (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
        select @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
        from raised
        returning 1)
    select count(*) from joined
$$),
('UpdateMembershipKey', $$
    with raised as (
        update OrleansMembershipVersionTable set Version = Version + 1, Timestamp = now()
        where DeploymentId = @DeploymentId and Version = @Version
          and exists (
              select from OrleansMembershipTable
              where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation)
        returning 1),
    changed as (
        update OrleansMembershipTable set Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
        where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation
          and exists (select from raised)
        returning 1)
    select count(*) from changed
$$),
-- Says nothing about who is a member, so that the version stays.
('UpdateIAmAlivetimeKey', $$
    update OrleansMembershipTable set IAmAliveTime = @IAmAliveTime
    where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation
$$),
-- The version comes also where there is no member: one row with nothing else in it.
('MembershipReadRowKey', $$
    select v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
    from OrleansMembershipVersionTable v
    left join OrleansMembershipTable m
        on m.DeploymentId = v.DeploymentId and m.Address = @Address and m.Port = @Port and m.Generation = @Generation
    where v.DeploymentId = @DeploymentId
$$),
('MembershipReadAllKey', $$
    select v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
    from OrleansMembershipVersionTable v
    left join OrleansMembershipTable m on m.DeploymentId = v.DeploymentId
    where v.DeploymentId = @DeploymentId
$$),
('GatewaysQueryKey', $$
    select Address, ProxyPort, Generation
    from OrleansMembershipTable
    where DeploymentId = @DeploymentId and Status = @Status and ProxyPort > 0
$$),
-- 3 is SiloStatus.Active: a silo that counts as alive is never forgotten, however old its sign of life.
('CleanupDefunctSiloEntriesKey', $$
    delete from OrleansMembershipTable
    where DeploymentId = @DeploymentId and IAmAliveTime < @IAmAliveTime and Status <> 3
$$),
('DeleteMembershipTableEntriesKey', $$
    delete from OrleansMembershipTable where DeploymentId = @DeploymentId;
    delete from OrleansMembershipVersionTable where DeploymentId = @DeploymentId
$$);
