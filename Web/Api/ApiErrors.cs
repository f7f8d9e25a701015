using Grid.Presentation.CommandLine;
using Grid.Web.Sources;
using Microsoft.AspNetCore.Http;

namespace Grid.Web.Api;

/// <summary>Turns errors into answers of RFC 9457: <c>detail</c> is one line for the person who asked.</summary>
static class ApiErrors
{
    public static async ValueTask<object?> Tell(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (SweepNotFoundException e)
        {
            return Problem(StatusCodes.Status404NotFound, e.Message);
        }
        catch (RefusedException e)
        {
            return Problem(StatusCodes.Status422UnprocessableEntity, e.Message);
        }
        catch (UnauthorizedAccessException e)
        {
            return Problem(StatusCodes.Status403Forbidden, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            return Problem(e.StatusCode, e.Message);
        }
        catch (Exception e) when (e is SourceException or IOException)
        {
            context.HttpContext.Response.Headers.RetryAfter = "5";
            return Problem(StatusCodes.Status503ServiceUnavailable, e.Message);
        }
    }

    public static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);
}
