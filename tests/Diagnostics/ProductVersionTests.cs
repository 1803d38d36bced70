namespace GpuContainers.Diagnostics.Tests;

public sealed class ProductVersionTests
{
    [Fact]
    public void The_version_has_three_numbers_and_no_commit() =>
        Assert.Matches(@"^\d+\.\d+\.\d+$", ProductVersion.Text);

    [Fact]
    public void The_commit_is_apart_from_the_version() => Assert.DoesNotContain("+", ProductVersion.Commit);
}
