namespace Grid.Simulation.Tests;

/// <summary>Which silo has which grain, as the cluster believes: for a while it may believe two things at once.</summary>
/// <param name="activate">Makes an activation on a silo.</param>
sealed class GrainDirectory(Func<SimulatedSilo, GrainId, Activation> activate, Dice dice)
{
    readonly Dictionary<GrainId, Activation> _places = [];
    readonly Dictionary<GrainId, Activation> _doubles = [];
    readonly List<SimulatedSilo> _members = [];

    /// <summary>Silos that are not known to be gone.</summary>
    public IReadOnlyList<SimulatedSilo> Members => _members;

    public IEnumerable<Activation> Activations => _places.Values;

    public void Join(SimulatedSilo silo) => _members.Add(silo);

    /// <summary>The cluster has noticed that a silo is gone, rightly or not.</summary>
    public void Bury(SimulatedSilo silo)
    {
        _members.Remove(silo);
        foreach (var (id, activation) in _places.ToList())
            if (activation.Silo == silo) _places.Remove(id);
    }

    /// <summary>Where a call goes; null where there is no silo.</summary>
    public Activation? Find(GrainId id)
    {
        if (_doubles.TryGetValue(id, out var old) && !old.IsGone && dice.Chance(0.4)) return old;
        if (_places.TryGetValue(id, out var there) && !there.IsGone) return there;
        if (_members.Count == 0) return null;
        var activation = activate(dice.Of(_members), id);
        _places[id] = activation;
        activation.Silo.Process.Post(_ => _ = activation.Begin(), null);
        return activation;
    }

    public Activation? Known(GrainId id) => _places.GetValueOrDefault(id);

    /// <summary>Forgets where a grain is, while it lives on and some still call it there.</summary>
    public void Double(GrainId id)
    {
        if (!_places.Remove(id, out var old)) return;
        _doubles[id] = old;
    }

    /// <summary>The end of <see cref="Double"/>.</summary>
    public void Single(GrainId id)
    {
        if (_doubles.Remove(id, out var old)) old.Silo.Process.Post(_ => old.Leave(), null);
    }
}
