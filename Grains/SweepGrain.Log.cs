using Grid.Contracts;
using Microsoft.Extensions.Logging;

namespace Grid.Grains;

sealed partial class SweepGrain
{
    [LoggerMessage(Level = LogLevel.Information,
        Message = "Sweep {sweep} submitted: {cells} cells in {groups} groups, {known} known before")]
    partial void Submitted(string sweep, int cells, int groups, int known);

    [LoggerMessage(Level = LogLevel.Information, Message = "{order} is planned: it is sweep {sweep}, with {cells} cells")]
    partial void Planned(string order, string sweep, int cells);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sweep {sweep} could not be planned: {reason}")]
    partial void NotPlanned(string sweep, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{worker} is given no group of {sweep} that needs the plugin {plugin} ({sha256}): its silo has not loaded it")]
    partial void Withheld(string worker, string sweep, string plugin, string sha256);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{worker} is given no group of {sweep}: its silo is of another version and would compute something else")]
    partial void OfAnotherScience(string worker, string sweep);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sweep {sweep} is now {phase}")]
    partial void Turned(string sweep, SweepPhase phase);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sweep {sweep} is finished: {done} cells done, {failed} failed")]
    partial void Ended(string sweep, int done, int failed);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sweep {sweep} goes on after its end: {cells} of its cells are open")]
    partial void GoesOn(string sweep, int cells);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sweep {sweep} stopped: {failed} cells failed, more than its limits allow")]
    partial void Stopped(string sweep, int failed);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{lost} results of {sweep} are in the storage no more, which has gone back in time: their cells run again")]
    partial void HasLost(string sweep, int lost);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The row of {sweep} is not the one that was written last: it is read anew")]
    partial void HasChanged(string sweep);

    /// <summary>Logs what somebody did; the user is empty if unknown.</summary>
    [LoggerMessage(Level = LogLevel.Information, Message = "Audit: '{user}' {action} sweep {sweep}")]
    partial void Audited(string user, string action, string sweep);

    [LoggerMessage(Level = LogLevel.Information, Message = "Audit: '{user}' turned sweep {sweep} to {phase}")]
    partial void AuditedTurn(string user, string sweep, SweepPhase phase);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sweep {sweep} cannot be opened")]
    partial void NotOpened(string sweep, Exception e);
}
