using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Grid.K8s.Tests.Docker;

public sealed partial class DockerfileTests
{
    [Fact]
    public void It_has_four_images() => Assert.Equal(["silo", "silo-gpu", "gridctl", "grid"], Dockerfile.Targets);

    /// <summary>BuildKit hands arguments on from the stage before; buildah and podman before 1.41 do not.</summary>
    [Fact]
    public void A_stage_declares_every_argument_that_it_uses()
    {
        foreach (var stage in Dockerfile.Stages)
        {
            var used = stage.Instructions.SelectMany(i => Dockerfile.ArgumentsIn(i.Text))
                .Where(Dockerfile.Arguments.ContainsKey).Distinct();
            Assert.Equal(used.Order(), stage.Of("ARG").Order());
        }
    }

    [Fact]
    public void Both_silos_are_the_same_but_for_their_program()
    {
        var (cpu, gpu) = (Dockerfile.Stages.Single(s => s.Name == "silo"), Dockerfile.Stages.Single(s => s.Name == "silo-gpu"));
        Assert.Equal(cpu.From, gpu.From);
        Assert.All([cpu, gpu], s => Assert.DoesNotContain(s.Instructions, i => i.Verb is "USER" or "ENTRYPOINT" or "VOLUME" or "EXPOSE"));
    }

    [Fact]
    public void An_image_has_the_framework_that_its_program_asks_for()
    {
        foreach (var publish in Publication.All)
        {
            // Where one does not, a smaller base would do for it.
            Assert.True(publish.NeedsAspNet, $"{publish} has a larger framework than it asks for");
            Assert.Equal(Dockerfile.Arguments["ASPNET"], Dockerfile.Whole(publish.Target).From);
        }
    }

    [Fact]
    public void What_images_are_tried_on_stands_in_for_every_base_and_no_other()
    {
        var bases = StandIn().Matches(Tree.Read("tests", "Images", "bases")).Select(m => m.Groups[1].Value);
        var names = Dockerfile.Stages.Select(s => s.Name).ToHashSet();
        Assert.Equal(Dockerfile.Stages.Select(s => s.From).Where(f => !names.Contains(f)).Distinct().Order(),
            bases.Select(b => Dockerfile.Arguments.GetValueOrDefault(b, $"{b}, which the Dockerfile does not name")).Order());
    }

    /// <summary>BuildKit fetches the frontend that such a line names from a registry, even where the bases are at hand.</summary>
    [Fact]
    public void It_is_read_by_the_frontend_that_every_builder_has() =>
        Assert.DoesNotContain("syntax=", Dockerfile.Text, StringComparison.Ordinal);

    [Fact]
    public void Every_base_is_pinned_to_a_patch_release()
    {
        var names = Dockerfile.Stages.Select(s => s.Name).ToHashSet();
        Assert.All(Dockerfile.Stages.Select(s => s.From).Where(f => !names.Contains(f)),
            f => Assert.Matches(@"^[a-z./]+:\d+\.\d+\.\d+-\w+(-chiseled)?(@sha256:[0-9a-f]{64})?$", f));
    }

    [Fact]
    public void The_SDK_of_the_images_is_one_that_global_json_accepts()
    {
        var wanted = YamlJson.Parse(Tree.Read("global.json")).Single().Text("sdk/version");
        var sdk = Dockerfile.Arguments["SDK"].Split(':')[1].Split('-')[0];
        Assert.Equal(wanted.Split('.')[..2], sdk.Split('.')[..2]);
        Assert.True(Patch(sdk) >= Patch(wanted), $"{sdk} is older than {wanted}");
        static int Patch(string version) => int.Parse(version.Split('.')[2], CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Images_run_as_the_user_that_the_pods_run_as_and_start_without_a_shell()
    {
        foreach (var stage in Dockerfile.Targets.Select(Dockerfile.Whole))
        {
            Assert.Equal("1654:1654", stage.Of("USER").Last());
            Assert.Matches("^\\[\"/app/\\w+\"\\]$", stage.Of("ENTRYPOINT").Single());
            // Whatever is written is written as root before, and only the volume's folder is the user's.
            Assert.All(stage.Of("COPY"),
                c =>
                    Assert.True(c.StartsWith("--from=", StringComparison.Ordinal)
                        && (!c.Contains("--chown", StringComparison.Ordinal) || c.EndsWith(" /var/lib/grid", StringComparison.Ordinal)),
                        c));
            Assert.Empty(stage.Of("RUN"));
        }
    }

    [Fact]
    public void Images_say_what_they_are()
    {
        foreach (var stage in Dockerfile.Targets.Select(Dockerfile.Whole))
        {
            foreach (var label in new[] { "title", "description", "licenses", "version", "revision" })
                Assert.Contains($"org.opencontainers.image.{label}=", stage.Of("LABEL").Single(), StringComparison.Ordinal);
            // An argument is known only to the stages that ask for it.
            Assert.Equal(["VERSION", "COMMIT"], stage.Of("ARG"));
        }
    }

    [Fact]
    public void Silos_expose_the_ports_they_open_and_write_only_to_volumes()
    {
        foreach (var stage in new[] { "silo", "silo-gpu" }.Select(Dockerfile.Whole))
        {
            Assert.Equal(CompiledSilo.Ports([]).Values.Order(), stage.Of("EXPOSE").Single().Split(' ').Order());
            Assert.Equal("[\"/var/lib/grid\", \"/tmp\"]", stage.Of("VOLUME").Single());
            foreach (var word in stage.Of("ENV").SelectMany(e => e.Split(' ')).Select(w => w.Split('=')[0]))
                Assert.True(CompiledSilo.Reads(word) || word.StartsWith("NVIDIA_", StringComparison.Ordinal)
                    || word is "ASPNETCORE_HTTP_PORTS" or "PGGSSENCMODE", word);
        }
    }

    [Fact]
    public void What_an_image_starts_is_what_its_project_builds()
    {
        foreach (var publish in Publication.All)
        {
            var stage = Dockerfile.Whole(publish.Target);
            Assert.Contains($"--from=publish-{publish.Target} {publish.Output} /app", stage.Of("COPY"));
            var project = XDocument.Load(Tree.At(publish.Project));
            var name = project.Descendants("AssemblyName").FirstOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(publish.Project);
            Assert.Equal($"[\"/app/{name}\"]", stage.Of("ENTRYPOINT").Single());
        }
    }

    [Fact]
    public void The_GPU_image_differs_in_what_libtorch_brings_alone()
    {
        var (cpu, gpu) = (Publication.All.Single(p => p.Target == "silo"), Publication.All.Single(p => p.Target == "silo-gpu"));
        static IEnumerable<string> What(Publication p) => p.Arguments.Where(a => a != p.Output).Order();
        Assert.Equal(What(cpu).Where(a => a != "-p:Cards=false").Append("-p:LibTorch=cuda").Order(), What(gpu));
    }

    [Fact]
    public void Every_program_has_its_bill_of_materials_beside_it() => Assert.All(Publication.All, publish => Assert.Contains(
        Dockerfile.Stages.Single(s => s.Name == $"publish-{publish.Target}").Of("RUN"),
        run => run.EndsWith(
            $"eng/bill-of-materials {Path.GetDirectoryName(publish.Project)} ${{VERSION}} {publish.Output}", StringComparison.Ordinal)));

    [Fact]
    public void A_linter_finds_nothing()
    {
        var answer = Npm.Run("dockerfile-utils", "lint", Tree.At("Dockerfile"));
        Assert.True(answer.Code == 0 && answer.Out.Trim().Length == 0, answer.Out + answer.Error);
    }

    [Fact]
    public void Nothing_but_sources_reaches_a_build()
    {
        var context = BuildContext.Files.ToList();
        Assert.DoesNotContain(context,
            f => f.StartsWith(".git/", StringComparison.Ordinal) || f.StartsWith("k8s/", StringComparison.Ordinal)
                || f.Contains("/obj/", StringComparison.Ordinal) || f.Contains("/bin/", StringComparison.Ordinal)
                || f.Contains("password", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("Silo/Hosting/SiloHost.cs", context);
        Assert.Contains("Lab/Datasets/digits.csv.gz", context);
        Assert.Contains("Directory.Packages.props", context);
    }

    [GeneratedRegex(@"^base ""\$\(argument (\w+)\)""", RegexOptions.Multiline)]
    private static partial Regex StandIn();
}
