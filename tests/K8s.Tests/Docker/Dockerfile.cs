using System.Text.RegularExpressions;

namespace Grid.K8s.Tests.Docker;

/// <summary>The Dockerfile in stages of instructions.</summary>
static partial class Dockerfile
{
    public sealed record Stage(string Name, string From, IReadOnlyList<Instruction> Instructions)
    {
        public IEnumerable<string> Of(string verb) => Instructions.Where(i => i.Verb == verb).Select(i => i.Text);
    }

    public sealed record Instruction(string Verb, string Text);

    public static string Text { get; } = Tree.Read("Dockerfile");

    /// <summary>Before the first stage: name and default.</summary>
    public static IReadOnlyDictionary<string, string> Arguments { get; } =
        Read(Text)
            .TakeWhile(i => i.Verb != "FROM")
            .Where(i => i.Verb == "ARG")
            .Select(i => i.Text.Split('=', 2))
            .ToDictionary(a => a[0], a => a[1]);

    public static IReadOnlyList<Stage> Stages { get; } = Staged();

    /// <summary>Stages that are images of their own: those that say what they are.</summary>
    public static IReadOnlyList<string> Targets { get; } = [.. Stages.Where(s => s.Of("LABEL").Any()).Select(s => s.Name)];

    public static string Version => Arguments["VERSION"];

    /// <summary>A stage with all that it takes over from the stages below it, which come first; its base is that of the lowest.</summary>
    public static Stage Whole(string name)
    {
        var stage = Stages.Single(s => s.Name == name);
        if (Stages.All(s => s.Name != stage.From)) return stage;
        var below = Whole(stage.From);
        return stage with { From = below.From, Instructions = [.. below.Instructions, .. stage.Instructions] };
    }

    public static string Expand(string text) => Reference().Replace(text, m => Arguments[m.Groups[1].Value]);

    public static IEnumerable<string> ArgumentsIn(string text) => Reference().Matches(text).Select(m => m.Groups[1].Value);

    static List<Stage> Staged()
    {
        var stages = new List<(string Name, string From, List<Instruction> Instructions)>();
        foreach (var instruction in Read(Text).SkipWhile(i => i.Verb != "FROM"))
        {
            if (instruction.Verb == "FROM")
            {
                var words = instruction.Text.Split(' ');
                stages.Add((words[^1], Expand(words[0]), []));
            }
            else
            {
                stages[^1].Instructions.Add(instruction);
            }
        }

        return [.. stages.Select(s => new Stage(s.Name, s.From, s.Instructions))];
    }

    static IEnumerable<Instruction> Read(string text) =>
        from line in Continued().Replace(string.Join('\n', text.Split('\n').Where(l => !l.StartsWith('#'))), " ").Split('\n')
        where line.Length > 0
        let words = line.Split(' ', 2)
        select new Instruction(words[0], words[1].Trim());

    [GeneratedRegex(@"\s*\\\n\s*")]
    private static partial Regex Continued();

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Reference();
}
