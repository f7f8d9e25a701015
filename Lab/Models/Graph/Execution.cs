using Grid.Compute;

namespace Grid.Lab.Models.Graph;

/// <summary>Runs a graph on a tape.</summary>
static class Execution
{
    /// <summary>Runs a graph on images.</summary>
    /// <param name="parameters">The parameters, in the order of the graph's.</param>
    /// <param name="training">The pass of training; null in evaluation.</param>
    /// <param name="until">The name of the value that is wanted; null for the graph's output.</param>
    /// <exception cref="LabException">An operator meets what it cannot take; the message names it.</exception>
    public static Variable Run(OperatorGraph graph, Tape tape, Variable images, ReadOnlySpan<Variable> parameters,
        TrainingPass? training = null, string? until = null)
    {
        var wanted = until ?? graph.Output;
        var values = new Dictionary<string, Value>(graph.Nodes.Count + graph.Parameters.Count,
            StringComparer.Ordinal)
        { [graph.Input] = images };
        foreach (var (name, numbers) in graph.Constants) values[name] = numbers;
        for (var i = 0; i < parameters.Length; i++)
        {
            var name = graph.Parameters[i].Name;
            values[name] = graph.Known.TryGetValue(name, out var known) ? new Value(known, parameters[i]) : new Value(parameters[i]);
        }

        var most = Step.Most(images.Shape);
        foreach (var node in graph.Nodes)
        {
            if (values.ContainsKey(wanted)) break;
            var inputs = new Value?[node.Inputs.Count];
            for (var i = 0; i < inputs.Length; i++)
                if (node.Inputs[i].Length > 0)
                    inputs[i] = values.TryGetValue(node.Inputs[i], out var value)
                        ? value
                        : throw new LabException($"{node} takes {node.Inputs[i]}, which nothing before it gives.");
            var results = Apply(node, new Step(tape, node, graph.Opset, inputs, training, images.Shape.Rank == 5, most));
            for (var i = 0; i < node.Outputs.Count && i < results.Length; i++) values[node.Outputs[i]] = results[i];
        }

        var result = values.TryGetValue(wanted, out var found) ? found : throw new LabException($"The graph gives no {wanted}.");
        return result.Device ?? throw new LabException($"The output {wanted} does not depend on the images.");
    }

    public static Value[] Apply(Node node, Step step)
    {
        if (!Operation.All.TryGetValue(node.Operator, out var operation)) throw new LabException($"{node} is not supported.");
        try
        {
            var results = operation(step);
            foreach (var result in results) step.Bound(result.Shape);
            return results;
        }
        // A file may give any node any inputs and attributes.
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or ArithmeticException or InvalidCastException
            or InvalidOperationException or KeyNotFoundException)
        {
            var shapes = Enumerable.Range(0, step.Count).Select(i => step.Has(i) ? step.In(i).Shape.ToString() : "none");
            throw new LabException($"{node} does not fit its inputs ({string.Join(", ", shapes)}): {e.Message}", e);
        }
    }
}
