using Grid.Client.Commands;
using Grid.Contracts;
using Grid.Lab;
using Grid.Lab.Catalog;
using Grid.Presentation.CommandLine;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Spec;

namespace Grid.Client;

static class Program
{
    static Task<int> Main(string[] arguments) => Shell.Run(
        new("Measure how strong an attack a model withstands, with which defense and on which data. Sweeps run on a cluster.")
        {
            Verb.Cluster, Verb.ClusterId, Verb.Timeout, Arguments.Plugin, Arguments.NoColor,
            SubmitVerb.Make(), ListVerb.Make(), StatusVerb.Make(), WatchVerb.Make(), CellsVerb.Make(), RetryVerb.Make(),
            TurnVerb.Pause(), TurnVerb.Resume(), TurnVerb.Stop(), TurnVerb.Cancel(),
            CurveVerb.Make(), CheckVerb.Make(), ExportVerb.Make(), WorkersVerb.Make(), CompletionCommand.Make(),
        },
        arguments,
        refused: e => e is GridException or LabException or SpecException or JournalException,
        prepare: parsed => Catalogue.Use([.. Arguments.Plugins(parsed).Select(Plugin.Load)]));
}
