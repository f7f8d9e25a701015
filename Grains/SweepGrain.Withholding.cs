using Grid.Contracts;

namespace Grid.Grains;

/// <summary>The part of a coordinator that gives a worker nothing that it would compute otherwise, or could not compute.</summary>
sealed partial class SweepGrain
{
    // What is withheld is logged once for each worker.
    readonly HashSet<string> _without = [];
    // With which the sweep was planned here.
    string _science = "";

    /// <summary>Whether the worker's silo computes what the ids of the cells stand for, which one of another version may not.</summary>
    bool IsOfItsScience(LeaseRequest request)
    {
        if (request.Science == _science) return true;
        if (_without.Add(request.Worker)) OfAnotherScience(request.Worker, Record.Id);
        return false;
    }

    /// <summary>Says which plugins the worker lacks for the remaining groups.</summary>
    void TellOfPlugins(string worker, HashSet<string> plugins)
    {
        if (Book.Plan.Plugins.FirstOrDefault(p => !plugins.Contains(p.Sha256)) is { } missing && _without.Add(worker))
            Withheld(worker, Record.Id, missing.Assembly, missing.Sha256);
    }
}
