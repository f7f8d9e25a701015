using System.Security.Cryptography;
using System.Text;
using Grid.Contracts;
using Grid.Grains.Storage;

namespace Grid.Grains;

/// <summary>
/// The id of a sweep comes from its plan. While a long plan is made, a row like that of a sweep has an id from name and text; in the end
/// that row says which sweep it has become.
/// </summary>
static class SweepOrders
{
    /// <summary>The id that a sweep has until it is planned.</summary>
    public static string Key(string name, string text) =>
        $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8]}";

    public static SweepOrder Of(string file, string text, PlannedSweep planned, string owner) =>
        new(file, text, planned.Plan.Name, planned.Limits, planned.Plan.Cells.Count, planned.Plan.Hash8, planned.Plan.Version, owner);

    public static bool IsOrder(SweepRecord record) => record.PlanHash.Length == 0 || record.Cells == 0;

    /// <summary>The sweep that was started from an order; null for sweeps, and for an order that waits.</summary>
    public static string? BecameOf(SweepRecord record) =>
        record is { PlanHash.Length: > 0, Cells: 0 } ? $"{record.Name}-{record.PlanHash}" : null;
}
