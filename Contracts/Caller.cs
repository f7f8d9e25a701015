using Orleans.Runtime;

namespace Grid.Contracts;

/// <summary>Who asks, as it travels with a call and with those that follow from it. A cluster that knows no identities takes it on
/// trust.</summary>
public static class Caller
{
    const string Key = "grid.caller";

    const int Longest = 200;

    /// <summary>Empty where nobody said; one line of printable letters, whatever a client sends.</summary>
    public static string Name => new([.. (RequestContext.Get(Key) as string ?? "").Where(c => !char.IsControl(c)).Take(Longest)]);

    /// <summary>Every call from here on is made in this name.</summary>
    public static void Is(string name) => RequestContext.Set(Key, name);
}
