namespace GpuContainers.TestSupport;

/// <summary>How a program ended and what it said.</summary>
public sealed record CommandResult(int Status, string Output, string Errors)
{
    /// <summary>The result itself when the program succeeded; else the test fails with what it said.</summary>
    public CommandResult Succeeded()
    {
        Assert.True(Status == 0, $"exit status {Status}\n{Output}\n{Errors}");
        return this;
    }
}
