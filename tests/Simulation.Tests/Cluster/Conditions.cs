namespace Grid.Simulation.Tests;

/// <summary>What is wrong at the moment; a <see cref="FaultPlan"/> changes it.</summary>
sealed class Conditions
{
    /// <summary>Share of calls that never arrive.</summary>
    public double LostBefore { get; set; }

    /// <summary>Share of calls that take effect and are never answered.</summary>
    public double LostAfter { get; set; }

    /// <summary>A grain whose calls take long, and how long.</summary>
    public (GrainId Grain, TimeSpan Delay)? Slow { get; set; }

    public bool StoreIsAway { get; set; }

    /// <summary>Share of the store's writes that are done and told to have failed.</summary>
    public double StoreForgets { get; set; }

    /// <summary>What the store takes for everything.</summary>
    public TimeSpan StoreDelay { get; set; }

    /// <summary>Share of cells that meet an error nobody foresaw.</summary>
    public double Faulty { get; set; }

    public TimeSpan Delay(GrainId target) => Slow is { } slow && slow.Grain == target ? slow.Delay : TimeSpan.Zero;
}
