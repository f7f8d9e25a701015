using Orleans.Runtime;

namespace Grid.Contracts;

/// <summary>The name of the person who asks, which travels with a call and with the calls that follow from it. A cluster without identities
/// trusts it.</summary>
public static class Caller
{
    const string Key = "grid.caller";
    const string OwnKey = "grid.only-own";
    const string ProofKey = "grid.proof";
    const string SiloKey = "grid.silo";
    const int Longest = 200;

    /// <summary>The name; empty if unknown. It is one line of printable letters, whatever a client sends.</summary>
    public static string Name => new([.. (RequestContext.Get(Key) as string ?? "").Where(c => !char.IsControl(c)).Take(Longest)]);

    /// <summary>Proof of a client of the gateway, see <see cref="Identity.Proof"/>; null if it gives none.</summary>
    public static string? Proof => RequestContext.Get(ProofKey) as string;

    /// <summary>Makes every call from here on in this name.</summary>
    /// <param name="onlyOwn">Whether nothing may be done to sweeps of others.</param>
    public static void Is(string name, bool onlyOwn = false)
    {
        RequestContext.Set(Key, name);
        RequestContext.Set(OwnKey, onlyOwn);
        RequestContext.Remove(ProofKey);
    }

    /// <summary>Sends the proof with every call from here on.</summary>
    public static void Proves(string proof) => RequestContext.Set(ProofKey, proof);

    /// <summary>A silo's proof that a call is its own; null in calls without one, such as a client's.</summary>
    public static string? SiloProof => RequestContext.Get(SiloKey) as string;

    /// <summary>Every call from here on carries the proof of the silo that makes it.</summary>
    public static void IsSilo(string proof) => RequestContext.Set(SiloKey, proof);

    /// <summary>Whether nothing may be done to sweeps of others.</summary>
    public static bool OnlyOwn => RequestContext.Get(OwnKey) is true;

    /// <summary>Whether the caller may act on a sweep of this owner.</summary>
    public static bool May(string owner) => !OnlyOwn || Name == owner;
}
