using System.IO.Enumeration;

namespace Grid.K8s.Tests.Docker;

/// <summary>The files that .dockerignore lets through, of those that git knows or would take.</summary>
static class BuildContext
{
    static readonly string[] Rules = [.. Tree.Read(".dockerignore").Split('\n').Where(l => l.Length > 0 && !l.StartsWith('#'))];

    /// <summary>What git knows or would take. Skips the test outside a checkout.</summary>
    public static IEnumerable<string> Repository
    {
        get
        {
            var answer = Tool.Run(Tree.Root, "git", "ls-files", "--cached", "--others", "--exclude-standard");
            Needs.Met("git",
                answer?.Code == 0
                    ? null
                    : "This is no checkout of git: what would be committed or built is not known, and was not checked.");
            return answer!.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(f => File.Exists(Tree.At(f)));
        }
    }

    public static IEnumerable<string> Files => Repository.Where(IsIn);

    /// <summary>The forms that our .dockerignore uses: everything out, names of the root back in, a folder's name out anywhere.</summary>
    public static bool IsIn(string file)
    {
        var isIn = true;
        foreach (var rule in Rules)
        {
            if (rule == "*") isIn = false;
            else if (rule.StartsWith('!'))
                isIn |= FileSystemName.MatchesSimpleExpression(rule.AsSpan(1), file.Split('/')[0], ignoreCase: false);
            else if (rule.StartsWith("**/", StringComparison.Ordinal)) isIn &= !file.Split('/').Contains(rule[3..]);
            else throw new NotSupportedException($".dockerignore: {rule}");
        }

        return isIn;
    }
}
