using System.Diagnostics;
using System.Reflection.PortableExecutable;
using System.Text.Json.Nodes;

namespace Grid.K8s.Tests.Docker;

[Trait("Category", "Long")]
public sealed class PublishTests
{
    public static TheoryData<string> Targets => [.. Publication.All.Select(p => p.Target)];

    /// <summary>In a folder that holds the build context alone, as in the image.</summary>
    [Theory, MemberData(nameof(Targets))]
    public void The_commands_of_the_Dockerfile_publish_a_program_that_starts(string target)
    {
        var publication = Publication.All.Single(p => p.Target == target);
        Assert.SkipWhen(target == "silo-gpu" && Environment.GetEnvironmentVariable("GRID_PUBLISH_GPU") is null,
            "silo-gpu was not published: it fetches gigabytes of CUDA; set GRID_PUBLISH_GPU=1");
        var folder = Directory.CreateTempSubdirectory("grid-publish-").FullName;
        try
        {
            foreach (var file in BuildContext.Files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, "src", file))!);
                File.Copy(Tree.At(file), Path.Combine(folder, "src", file));
            }

            var output = Path.Combine(folder, "out");
            var answer = Tool.Run(Path.Combine(folder, "src"), "dotnet",
                [.. publication.Arguments.Select(a => a == publication.Output ? output : a), "-nodeReuse:false"]);
            Assert.True(answer?.Code == 0, answer?.Out + answer?.Error);

            var entry = Dockerfile.Stages.Single(s => s.Name == target)
                .Of("ENTRYPOINT")
                .Single()
                .Trim('[', ']', '"')
                .Replace("/app/", "", StringComparison.Ordinal);
            var help = Tool.Run(folder, Path.Combine(output, entry), "--help");
            Assert.NotNull(help);
            Assert.True(help.Code == 0, help.Error);
            Assert.Contains(entry, help.Out, StringComparison.OrdinalIgnoreCase);
            // What was asked for is what came out.
            var program = Path.Combine(output, $"{entry}.dll");
            Assert.StartsWith($"{Dockerfile.Version}+", FileVersionInfo.GetVersionInfo(program).ProductVersion, StringComparison.Ordinal);
            Assert.True(IsReadyToRun(program), "the program was not compiled ahead of time");
            Assert.Empty(Directory.EnumerateFiles(output, "*.pdb"));
            // The compiler that Orleans' packages depend on, and what only GPUs need.
            Assert.Empty(Directory.EnumerateFiles(output, "Microsoft.CodeAnalysis*"));
            if (target != "silo-gpu") Assert.Empty(Directory.EnumerateFiles(output, "*Torch*"));

            var bill = Tool.Run(Path.Combine(folder, "src"), "eng/bill-of-materials", Path.GetDirectoryName(publication.Project)!, "7.8.9",
                output);
            Assert.True(bill?.Code == 0, bill?.Out + bill?.Error);
            Assert.Empty(Shipped(Path.Combine(output, $"{entry}.deps.json")).Except(Billed(Path.Combine(output, "grid.cdx.json"))));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    /// <summary>Packages of which files lie beside the program.</summary>
    static List<string> Shipped(string file)
    {
        var dependencies = JsonNode.Parse(File.ReadAllText(file))!;
        var packages = dependencies["libraries"]!.AsObject().Where(l => l.Value!["type"]!.ToString() == "package").Select(l => l.Key)
            .Where(name => dependencies["targets"]!.AsObject().Select(t => t.Value![name])
                .Any(p => p?["runtime"] is not null || p?["native"] is not null || p?["runtimeTargets"] is not null))
            .ToList();
        Assert.True(packages.Count > 5);
        return packages;
    }

    static IEnumerable<string> Billed(string file)
    {
        var bill = JsonNode.Parse(File.ReadAllText(file))!;
        Assert.Equal("7.8.9", bill["metadata"]!["component"]!["version"]!.ToString());
        return bill["components"]!.AsArray().Select(c => $"{c!["name"]}/{c["version"]}");
    }

    static bool IsReadyToRun(string program)
    {
        using var file = new PEReader(File.OpenRead(program));
        return file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }
}
