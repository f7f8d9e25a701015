using Grid.Tests;

[assembly: AssemblyFixture(typeof(PostgresServer))]
