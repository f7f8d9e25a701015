using Microsoft.Playwright;

namespace Grid.Web.Tests.Browser;

/// <summary>One real Chromium for all tests, which open pages in contexts of their own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    static readonly string? Program = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(
        File.Exists);

    /// <summary>Milliseconds that a page is waited for: not how fast it is, but that it comes is what tests want to know.</summary>
    const float Patience = 120_000;

    IPlaywright? _playwright;
    IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Program is null) return;
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    /// <summary>A page that fails its test where a script throws or a security policy is broken.</summary>
    /// <param name="scripts">False to turn them off.</param>
    internal async Task<IPage> Open(int width = 1440, bool dark = false, bool scripts = true)
    {
        Needs.Met("chromium", Program is null ? "There is no Chromium here: install the package chromium." : null);
        var context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = scripts,
            HasTouch = width < 600,
        });
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
