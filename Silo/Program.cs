using Grid.Silo.Configuration;
using Grid.Silo.Hosting;
using Grid.Silo.Identity;

namespace Grid.Silo;

static class Program
{
    static async Task<int> Main(string[] arguments)
    {
        try
        {
            switch (arguments)
            {
                case ["migrate"]:
                    await Stores.Migrate(Database.Of(SiloHost.Settings([]))
                        ?? throw new SettingException(
                            $"{Database.Setting}: give the database to migrate, "
                            + "as in ConnectionStrings__Grid='Host=localhost;Database=grid;Username=grid'"));
                    return 0;
                case ["--help" or "-h"]:
                    Console.WriteLine(
                        "Silo            runs a silo; "
                        + "settings in appsettings.json or in the environment (Grid__Slots=4), see docs/cluster.md");
                    Console.WriteLine("Silo migrate    brings the database up to date");
                    Console.WriteLine(
                        "Silo token NAME ROLE    draws a token for a person, and prints the line for Grid:Identity:PeopleFile; "
                        + "roles: read, submit, admin");
                    return 0;
                case ["token", var name, var role] when Roles.All.Contains(role) && !name.Any(char.IsWhiteSpace):
                    var token = People.Draw();
                    await Console.Error.WriteLineAsync($"The token of {name}, which is shown only now: {token}");
                    Console.WriteLine($"{name} {role} {People.HashOf(token)}");
                    return 0;
                case ["token", ..]:
                    throw new SettingException($"token: give a name without spaces and one of {string.Join(", ", Roles.All)}");
                case [var first, ..] when !first.StartsWith('-'):
                    throw new SettingException($"unknown verb '{first}'; known: migrate, token");
            }

            await using var silo = await SiloHost.Build(arguments);
            await silo.RunAsync();
            return 0;
        }
        catch (Exception e) when (StartupErrors.Line(e) is { } line)
        {
            await Console.Error.WriteLineAsync(line);
            return 2;
        }
    }
}
