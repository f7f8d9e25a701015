using System.Net;
using System.Net.Sockets;
using Grid.Silo.Configuration;
using Grid.Silo.Postgres;
using Grid.Sweeps.Journals;
using Microsoft.Extensions.Options;

namespace Grid.Silo.Hosting;

/// <summary>Says in one line why a silo cannot start, for the person who starts it.</summary>
static class StartupErrors
{
    /// <summary>The line for an error; null for one that nobody foresaw, whose whole trace is wanted.</summary>
    public static string? Line(Exception e) => e switch
    {
        SettingException or JournalException or MigrationException => e.Message,
        OptionsValidationException options => string.Join('\n', options.Failures),
        AggregateException { InnerExceptions: [var only] } => Line(only),
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            "a port is in use: another silo may be running here; choose others with Grid:SiloPort, Grid:GatewayPort and Grid:HttpPort",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "Grid:Address is not an address of this machine",
        IOException { InnerException: SocketException or IOException } io
            when io.Message.Contains("address already in use", StringComparison.OrdinalIgnoreCase) =>
            $"Grid:HttpPort: {io.Message}; another silo may be running here",
        { InnerException: { } inner } => Line(inner),
        _ => null,
    };

    /// <exception cref="SettingException">The text is not an IP address.</exception>
    public static IPAddress Address(string setting, string text) =>
        IPAddress.TryParse(text, out var address) ? address : throw new SettingException($"{setting}: '{text}' is not an IP address");
}
