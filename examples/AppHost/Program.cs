// A cluster under Aspire: PostgreSQL, its tables, three silos, the page of the first; logs and traces in Aspire's dashboard.
//   dotnet run -c Release --project examples/AppHost
//   dotnet run -c Release --project Client -- submit examples/quickstart.yaml --watch
// It needs docker or podman for PostgreSQL, or a PostgreSQL of your own: --ConnectionStrings:Grid='Host=...;Database=grid;Username=grid'.
// Ports are the usual ones, or three of each from --Ports:Silo, --Ports:Gateway and --Ports:Page on. Models, and results that are not kept
// yet, are in examples/AppHost/grid-data, or in --Folder.
using System.Globalization;
using Microsoft.Extensions.Configuration;

const int silos = 3;
const string connection = "Grid";

var builder = DistributedApplication.CreateBuilder(args);
IResourceBuilder<IResourceWithConnectionString> database = builder.Configuration.GetConnectionString(connection) is { Length: > 0 }
    ? builder.AddConnectionString(connection)
    : builder.AddPostgres("postgres").WithImageTag("17").WithDataVolume("grid-aspire").AddDatabase("grid");

var folder = Path.GetFullPath(builder.Configuration["Folder"] ?? "grid-data", builder.AppHostDirectory);
var migrate = builder.AddProject<Projects.Silo>("migrate", options => options.ExcludeLaunchProfile = true)
    .WithArgs("migrate").WithReference(database, connection).WaitFor(database);

foreach (var number in Enumerable.Range(0, silos))
{
    var name = string.Create(CultureInfo.InvariantCulture, $"silo-{number}");
    builder.AddProject<Projects.Silo>(name, options => options.ExcludeLaunchProfile = true)
        .WithReference(database, connection).WaitForCompletion(migrate)
        .WithEnvironment("Grid__SiloName", name)
        .WithEnvironment("Grid__Folder", Path.Combine(folder, name))
        .WithEnvironment("Grid__Slots", Math.Max(1, Environment.ProcessorCount / silos).ToString(CultureInfo.InvariantCulture))
        // Silos tell each other and clients their addresses, so there must be no proxy between.
        .WithEndpoint(Port("Silo", 11111), Port("Silo", 11111), "tcp", "silo", "Grid__SiloPort", isProxied: false)
        .WithEndpoint(Port("Gateway", 30000), Port("Gateway", 30000), "tcp", "gateway", "Grid__GatewayPort", isProxied: false)
        .WithHttpEndpoint(Port("Page", 8080), Port("Page", 8080), "http", "Grid__HttpPort", isProxied: false)
        .WithUrlForEndpoint("http", url => url.DisplayText = "Page")
        .WithHttpHealthCheck("/health/ready");

    int Port(string of, int usual) => builder.Configuration.GetValue($"Ports:{of}", usual) + number;
}

builder.Build().Run();
