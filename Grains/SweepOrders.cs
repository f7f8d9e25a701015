using System.Security.Cryptography;
using System.Text;
using Grid.Contracts;
using Grid.Grains.Storage;

namespace Grid.Grains;

/// <summary>
/// A sweep is called by its plan. One whose plan takes long is kept by name and text meanwhile, in a row like that of a sweep, which in the
/// end says what sweep has become of it.
/// </summary>
static class SweepOrders
{
    /// <summary>What it is called until it is planned.</summary>
    public static string Key(string name, string text) =>
        $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8]}";

    public static SweepOrder Of(string file, string text, PlannedSweep planned, string owner) =>
        new(file, text, planned.Plan.Name, planned.Limits, planned.Plan.Cells.Count, planned.Plan.Hash8, planned.Plan.Version, owner);

    public static bool IsOrder(SweepRecord record) => record.PlanHash.Length == 0 || record.Cells == 0;

    /// <summary>The sweep that was started from an order; null for sweeps, and for an order that waits.</summary>
    public static string? BecameOf(SweepRecord record) =>
        record is { PlanHash.Length: > 0, Cells: 0 } ? $"{record.Name}-{record.PlanHash}" : null;
}
