using Microsoft.AspNetCore.Http;

namespace Grid.Web.Api;

/// <summary>Says why, and what to do, where a request ends before any endpoint of the API has read it.</summary>
static class BareAnswers
{
    public static void Explain(ProblemDetailsContext context)
    {
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        context.ProblemDetails.Detail ??= response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => "the request does not say who sends it: send a token as 'Authorization: Bearer TOKEN'",
            StatusCodes.Status403Forbidden => "the role of this person does not allow it",
            StatusCodes.Status404NotFound => $"there is nothing at this address; {ApiEndpoints.Root}/openapi.json says what there is",
            StatusCodes.Status405MethodNotAllowed =>
                $"{request.Method} is not answered here, only {response.Headers.Allow}; submit and change sweeps at a silo",
            StatusCodes.Status415UnsupportedMediaType => "the body is of a type that is not read here",
            _ => null,
        };
    }
}
