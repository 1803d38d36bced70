using GpuContainers.Linux.Files;

namespace GpuContainers.Linux.Tests.Files;

public sealed class TrustedPathTests : IDisposable
{
    private const uint User = 4711;

    private readonly string _folder = Directory.CreateTempSubdirectory("trusted-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [Requirement("RT-270")]
    [InlineData(User, "755", User, "644", null)]
    [InlineData(User, "775", User, "664", null)]
    [InlineData(0u, "755", 0u, "644", null)]
    [InlineData(User, "755", 4712u, "644", "/file belongs to user 4712")]
    [InlineData(4712u, "755", User, "644", " belongs to user 4712")]
    [InlineData(User, "777", User, "644", " can be written by others than its owner")]
    [InlineData(User, "1777", User, "644", null)]
    [InlineData(User, "755", User, "666", "/file can be written by others than its owner")]
    public void A_user_trusts_root_and_itself(uint folderOwner, string folderMode, uint fileOwner, string fileMode, string? problem)
    {
        Assert.SkipUnless(Environment.UserName == "root", "owners are set here, which only root can do");
        string home = _folder + "/home";
        Directory.CreateDirectory(home);
        File.WriteAllText(home + "/file", "");
        Run("chown", $"{fileOwner}", home + "/file");
        Run("chmod", fileMode, home + "/file");
        Run("chown", $"{folderOwner}", home);
        Run("chmod", folderMode, home);
        string? found = TrustedPath.FindProblem(home + "/file", User);
        Assert.Equal(problem is null ? null : home + problem, found);
    }

    private static void Run(params string[] command) => Command.Run(command[0], command[1..]).Succeeded();
}
