namespace Grid.Grains.Storage;

/// <summary>
/// Answers many single questions together. Those that arrive while an answer is under way make up the next batch, so that nobody waits for
/// a timer.
/// </summary>
/// <param name="answer">Answers a batch, in order.</param>
/// <param name="most">Most questions in a batch.</param>
/// <param name="background">Runs the batches, so that they do not run on the scheduler of the grain that happened to ask first.</param>
/// <param name="isOfOne">Whether an error is about one question of a batch; the others are then answered without it.</param>
public sealed class RequestBatcher<TQuestion, TAnswer>(
    Func<IReadOnlyList<TQuestion>, Task<IReadOnlyList<TAnswer>>> answer, int most, TaskFactory background,
    Func<Exception, bool>? isOfOne = null)
{
    readonly Lock _gate = new();
    readonly Queue<(TQuestion Question, TaskCompletionSource<TAnswer> Answer)> _waiting = new();
    bool _running;

    public Task<TAnswer> Ask(TQuestion question)
    {
        var asked = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Enqueue((question, asked));
            if (_running) return asked.Task;
            _running = true;
        }

        _ = background.StartNew(Drain);
        return asked.Task;
    }

    async Task Drain()
    {
        while (true)
        {
            var batch = new List<(TQuestion Question, TaskCompletionSource<TAnswer> Answer)>();
            lock (_gate)
            {
                while (batch.Count < most && _waiting.TryDequeue(out var next)) batch.Add(next);
                if (batch.Count == 0)
                {
                    _running = false;
                    return;
                }
            }

            await Answer(batch);
        }
    }

    async Task Answer(List<(TQuestion Question, TaskCompletionSource<TAnswer> Answer)> batch)
    {
        try
        {
            var answers = await answer(batch.ConvertAll(b => b.Question));
            for (var i = 0; i < batch.Count; i++) batch[i].Answer.SetResult(answers[i]);
        }
        catch (Exception e) when (batch.Count > 1 && isOfOne?.Invoke(e) == true)
        {
            var half = batch.Count / 2;
            await Answer(batch[..half]);
            await Answer(batch[half..]);
        }
        catch (Exception e)
        {
            // Everybody in the batch gets the error and may ask again.
            foreach (var (_, asked) in batch) asked.TrySetException(e);
        }
    }
}
