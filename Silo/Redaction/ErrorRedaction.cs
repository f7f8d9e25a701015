using System.Data.Common;
using Grid.Contracts;
using Grid.Grains;
using Grid.Grains.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace Grid.Silo.Redaction;

/// <summary>
/// Lets callers hear what is meant for them and nothing else: whatever a grain throws beyond that is logged here and goes out as one line
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
        // The runtime acts on some: a stale row drops the activation, and what is said of a silo that is gone is no secret.
        catch (Exception e) when (context.Grain is Grain grain && grain.GetType().Assembly == typeof(IPlanner).Assembly
            && e is not (GridException or InconsistentStateException or SiloUnavailableException or OrleansMessageRejectionException
                or OperationCanceledException or TimeoutException))
        {
            Hidden(context.InterfaceName, context.MethodName, e);
            if (e is DbException or IOException) throw RowStorage.Away(e);
            throw new GridException(
                $"The cluster met an error of its own in {context.MethodName}; the silo's log has it ({e.GetType().Name}).");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{grain}.{method} failed")]
    partial void Hidden(string grain, string method, Exception e);
}
