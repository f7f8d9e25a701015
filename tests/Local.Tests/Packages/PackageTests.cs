using System.Diagnostics;
using System.Globalization;
using Grid.Local.Tests.Commands;

namespace Grid.Local.Tests.Packages;

/// <summary>The packages of eng/pack, from a folder as their only source, as anybody would use them who has no checkout.</summary>
[Trait("Category", "Long"), Collection(Building)]
public sealed class PackageTests : IDisposable
{
    /// <summary>Tests that build this checkout, with unlike settings: beside each other each would find the other's files in obj.</summary>
    internal const string Building = "builds of this checkout";

    static readonly string Root = PluginTests.FindRoot();

    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void The_commands_install_as_tools_and_the_library_compiles_from_its_package()
    {
        Run(Path.Combine(Root, "eng", "pack"), _place["feed"]);
        foreach (var tool in (string[])["grid", "gridctl"])
        {
            string[] from = ["--add-source", _place["feed"], "--version", "0.1.0", "--no-cache"];
            Run("dotnet", ["tool", "install", tool, "--tool-path", _place["tools"], .. from]);
            Assert.StartsWith("0.1.0", Run(_place[Path.Combine("tools", tool)], "--version"), StringComparison.Ordinal);
        }

        _place.Write(
            "sweep.yaml", "name: installed\ndataset: digits\nmodel: softmax\nattack: fgsm\nstrength: [0.1]\ntraining: {epochs: 1}\n");
        Assert.Contains("2 of 2", Run(_place["tools/grid"], "run", "sweep.yaml"), StringComparison.Ordinal);

        Directory.CreateDirectory(_place["own"]);
        File.Copy(Path.Combine(Root, "examples", "library", "OneSweep.cs"), _place["own/OneSweep.cs"]);
        _place.Write("own/Program.cs", "System.Console.WriteLine(Library.OneSweep.Run(default).Count);\n");
        // A package folder of its own: what was built before under the same version is not to be found.
        _place.Write("own/own.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <RestoreAdditionalProjectSources>{_place["feed"]}</RestoreAdditionalProjectSources>
                <RestorePackagesPath>{_place["packages"]}</RestorePackagesPath>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Grid.Lab" Version="0.1.0" />
              </ItemGroup>
            </Project>
            """);
        var said = Run("dotnet", "run", "--project", _place["own"], "-v", "quiet");
        Assert.True(int.Parse(said.Trim().Split('\n')[^1], CultureInfo.InvariantCulture) > 3, said);
        Assert.True(File.Exists(_place["packages/grid.lab/0.1.0/lib/net10.0/Grid.Lab.xml"]));
    }

    string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _place.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {said}{error.Result}");
        return said;
    }
}
