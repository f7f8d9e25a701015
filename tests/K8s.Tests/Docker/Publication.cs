namespace Grid.K8s.Tests.Docker;

/// <summary>A <c>dotnet publish</c> of the Dockerfile.</summary>
/// <param name="Target">The image it is for.</param>
/// <param name="Arguments">After <c>dotnet</c>, with the defaults of the Dockerfile's arguments.</param>
sealed record Publication(string Target, IReadOnlyList<string> Arguments)
{
    public static IReadOnlyList<Publication> All { get; } =
        [.. from stage in Dockerfile.Stages
            from run in stage.Of("RUN")
            let at = run.IndexOf("dotnet publish ", StringComparison.Ordinal)
            where at >= 0
            select new Publication(stage.Name.Replace("publish-", "", StringComparison.Ordinal), Dockerfile.Expand(run[(at + "dotnet ".Length)..]).Split(' '))];

    public string Project => Arguments[1];

    public string Output => Arguments[Arguments.ToList().IndexOf("-o") + 1];

    public override string ToString() => Target;
}
