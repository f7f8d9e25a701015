using System.CommandLine;
using Grid.Lab;
using Grid.Lab.Catalog;
using Grid.Local.Cluster;
using Grid.Local.Commands;
using Grid.Local.Exports;
using Grid.Local.Images;
using Grid.Local.Models;
using Grid.Local.Serving;
using Grid.Local.Templates;
using Grid.Presentation.CommandLine;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Spec;

namespace Grid.Local;

static class Program
{
    static Task<int> Main(string[] arguments) => Shell.Run(
        new("Measure how strong an attack a model withstands, with which defense and on which data. Sweeps run on this machine.")
        {
            Options.Out, Arguments.Plugin, Arguments.NoColor,
            RunCommand.Run(), RunCommand.Resume(), RunCommand.Retry(),
            PlanCommand.Make(), StatusCommand.Make(), CellsCommand.Make(), CurveCommand.Make(), CheckCommand.Make(), ExportCommand.Make(),
            CompareCommand.Make(), PaperCommand.Make(), ServeCommand.Make(), ShowCommand.Make(), ListCommand.Make(), NewCommand.Make(),
                CompletionCommand.Make(),
            ModelsCommand.Make(), DoctorCommand.Make(), ClusterCommand.Make(),
        },
        arguments,
        refused: e => e is SpecException or LabException or JournalException,
        prepare: parsed => Catalogue.Use([.. Arguments.Plugins(parsed).Select(Plugin.Load)]));
}
