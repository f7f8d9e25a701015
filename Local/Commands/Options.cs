using System.CommandLine;
using Grid.Presentation.CommandLine;

namespace Grid.Local.Commands;

/// <summary>Arguments and options that several verbs of <c>grid</c> take.</summary>
static class Options
{
    public static Option<string?> Out { get; } = MakeOut();

    public static Argument<string> Sweep(string description = "The sweep file, or its folder of results.", string name = "sweep") =>
        Arguments.Given(new Argument<string>(name) { Description = description });

    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Accept a sweep of more than ten million cells." };

    public static Option<int> Jobs() =>
        Arguments.Count("--jobs", "Number of groups that run side by side; by default one for each processor, and one on a GPU.", "-j");

    public static Option<string?> Device()
    {
        var option = Arguments.Text("--device",
            "Where to compute: cpu, cuda:0 (in a build with -p:LibTorch=cuda), or auto, which takes a GPU if there is one "
            + "and runs what is light on the processors.", "device");
        option.DefaultValueFactory = _ => "cpu";
        return option;
    }

    static Option<string?> MakeOut()
    {
        var option = Arguments.Text("--out", "Folder in which each sweep gets a folder of its own.", "folder", "-o");
        option.DefaultValueFactory = _ => "results";
        option.Recursive = true;
        return option;
    }
}
