using System.Data.Common;
using Grid.Contracts;
using Grid.Grains;
using Grid.Grains.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace Grid.Silo.Redaction;

/// <summary>
/// Passes on only errors that are meant for callers. Every other error that a grain throws is logged here, and the caller gets one line
/// without paths, hosts or connection strings.
/// </summary>
sealed partial class ErrorRedaction(ILogger<ErrorRedaction> log) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        // The runtime needs some errors as they are: a stale row drops the activation, and an error about a silo that is gone has no
        // secret.
        catch (Exception e) when (context.Grain is Grain grain && grain.GetType().Assembly == typeof(IPlanner).Assembly
            && e is not (GridException or InconsistentStateException or SiloUnavailableException or OrleansMessageRejectionException
                or OperationCanceledException or TimeoutException))
        {
            Hidden(context.InterfaceName, context.MethodName, e);
            if (e is DbException or IOException) throw RowStorage.Away(e);
            throw new GridException(
                $"The cluster met an internal error in {context.MethodName}; the silo's log has it ({e.GetType().Name}).");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{grain}.{method} failed")]
    partial void Hidden(string grain, string method, Exception e);
}
