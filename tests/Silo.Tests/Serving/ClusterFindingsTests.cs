using System.Reflection;
using Grid.Contracts;
using Grid.Silo.Configuration;
using Grid.Silo.Pages;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Grid.Silo.Tests.Serving;

/// <summary>What a silo shows of a sweep whose coordinator answers as the test has it.</summary>
public sealed class ClusterFindingsTests
{
    [Fact]
    public async Task Findings_are_made_anew_where_cells_are_done_or_have_failed_since_and_are_kept_otherwise()
    {
        var (done, failed, read) = (1, 0, 0);
        var sweep = Answers.Of<ISweepGrain>(method => method switch
        {
            nameof(ISweepGrain.Status) => Task.FromResult(
                new SweepStatus("a", SweepPhase.Running, null, 9, done, failed, 0, 0, Make.Noon, null, 0, null, [], [], [], 0)),
            nameof(ISweepGrain.Cells) => Task.FromResult(new CellPage("a", $"{++read}", "4", "name: a", 0, [])),
            _ => throw new NotSupportedException(method),
        });
        using var sweeps = new ClusterSweeps(Answers.Of<IGrainFactory>(_ => sweep), null!, Options.Create(new GridOptions()),
            new FakeTimeProvider());

        foreach (var (doneNow, failedNow, expected) in new[] { (1, 0, 1), (1, 0, 1), (1, 1, 2), (2, 1, 3), (2, 1, 3), (2, 0, 4) })
        {
            (done, failed) = (doneNow, failedNow);
            Assert.False((await sweeps.Findings("a", default))!.IsBehind);
            Assert.Equal(expected, read);
        }
    }

    /// <summary>Answers every call of an interface by the name of the method.</summary>
    public class Answers : DispatchProxy
    {
        Func<string, object> _answer = _ => throw new NotSupportedException();

        /// <summary>An object that answers so.</summary>
        public static T Of<T>(Func<string, object> answer) where T : class
        {
            var made = Create<T, Answers>();
            ((Answers)(object)made)._answer = answer;
            return made;
        }

        /// <inheritdoc/>
        protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!.Name);
    }
}
