namespace Grid.Tests;

/// <summary>
/// Programs and libraries of the machine that a test cannot do without. Where GRID_REQUIRE_ALL is 1, as in .ci/run, they must be there, but
/// for those that GRID_EXCUSED names, separated by spaces.
/// </summary>
static class Needs
{
    /// <summary>Skips the test where something is missing, or fails it where that must be there.</summary>
    /// <param name="program">As GRID_EXCUSED names it.</param>
    /// <param name="missing">What is missing and how it is had, in one line; null if nothing is.</param>
    public static void Met(string program, string? missing)
    {
        if (missing is null) return;
        var isExcused = (Environment.GetEnvironmentVariable("GRID_EXCUSED") ?? "").Split(' ').Contains(program);
        if (Environment.GetEnvironmentVariable("GRID_REQUIRE_ALL") == "1" && !isExcused)
            Assert.Fail($"{missing} It must be there, for GRID_REQUIRE_ALL is 1.");
        Assert.Skip(missing);
    }
}
