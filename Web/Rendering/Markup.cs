using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grid.Web.Rendering;

/// <summary>Renders components to text, in the same way for a page that is served and for a file.</summary>
static class Markup
{
    static readonly ServiceProvider Nothing = new ServiceCollection().BuildServiceProvider();

    /// <param name="parameters">The component's parameters by name.</param>
    public static async Task<string> Of<T>(params (string Name, object? Value)[] parameters)
        where T : IComponent
    {
        await using var renderer = new HtmlRenderer(Nothing, NullLoggerFactory.Instance);
        var given = ParameterView.FromDictionary(parameters.ToDictionary(p => p.Name, p => p.Value));
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<T>(given)).ToHtmlString());
    }
}
