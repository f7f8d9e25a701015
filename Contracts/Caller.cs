using Orleans.Runtime;

namespace Grid.Contracts;

/// <summary>Who asks, as it travels with a call and with those that follow from it. A cluster that knows no identities takes it on
/// trust.</summary>
public static class Caller
{
    const string Key = "grid.caller";
    const string OwnKey = "grid.only-own";
    const string ProofKey = "grid.proof";
    const string SiloKey = "grid.silo";
    const int Longest = 200;

    /// <summary>Empty where nobody said; one line of printable letters, whatever a client sends.</summary>
    public static string Name => new([.. (RequestContext.Get(Key) as string ?? "").Where(c => !char.IsControl(c)).Take(Longest)]);

    /// <summary>How a client of the gateway proves who it is, see <see cref="Identity.Proof"/>; null where it does not.</summary>
    public static string? Proof => RequestContext.Get(ProofKey) as string;

    /// <summary>Every call from here on is made in this name.</summary>
    /// <param name="onlyOwn">Whether nothing may be done to sweeps of others.</param>
    public static void Is(string name, bool onlyOwn = false)
    {
        RequestContext.Set(Key, name);
        RequestContext.Set(OwnKey, onlyOwn);
        RequestContext.Remove(ProofKey);
    }

    /// <summary>Every call from here on carries the proof.</summary>
    public static void Proves(string proof) => RequestContext.Set(ProofKey, proof);

    /// <summary>How a silo proves that a call is its own; null where it does not, and of a client's calls.</summary>
    public static string? SiloProof => RequestContext.Get(SiloKey) as string;

    /// <summary>Every call from here on carries the proof of the silo that makes it.</summary>
    public static void IsSilo(string proof) => RequestContext.Set(SiloKey, proof);

    /// <summary>Whether nothing may be done to sweeps of others.</summary>
    public static bool OnlyOwn => RequestContext.Get(OwnKey) is true;

    /// <summary>Whether he may do something to what is somebody's.</summary>
    public static bool May(string owner) => !OnlyOwn || Name == owner;
}
