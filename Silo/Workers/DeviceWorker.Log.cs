namespace Grid.Silo.Workers;

sealed partial class DeviceWorker
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{worker} cannot ask the cells of group {group} of {sweep} just now")]
    partial void NoConsent(string worker, int group, string sweep, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{worker} cannot renew its leases on {sweep} just now")]
    partial void NoRenewal(string worker, string sweep, Exception e);

    [LoggerMessage(Level = LogLevel.Information, Message = "{worker} drops group {group} of {sweep}: its lease has ended")]
    partial void Lost(string worker, string sweep, int group);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{worker} cannot give back group {group} of {sweep}, whose lease will run out")]
    partial void NoReturn(string worker, int group, string sweep, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{worker} cannot run {groups} groups of {sweep} as one, and runs each alone")]
    partial void NotTogether(string worker, string sweep, int groups, Exception e);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{worker} is lost, in group {group} of {sweep}: {reason}. Restart this silo; the group runs elsewhere")]
    partial void Stuck(string worker, int group, string sweep, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{worker} met an error in group {group} of {sweep}, attempt {attempt}")]
    partial void Faulted(string worker, string sweep, int group, int attempt, Exception e);
}
