namespace GpuContainers.TestSupport;

/// <summary>
/// Programs that tests write and then run. The file is written by another process: a descriptor of ours would be inherited for a moment by whatever other
/// threads start meanwhile, and the kernel runs no file that anybody has open for writing ("text file busy").
/// </summary>
public static class ProgramFile
{
    /// <summary>Puts a script in place of whatever is at the path, in one step. Returns the path.</summary>
    public static string Write(string path, string script, string mode = "755")
    {
        string source = Path.Combine(Path.GetTempPath(), "script-" + Guid.NewGuid().ToString("N"));
        File.WriteAllText(source, script);
        Install(source, path, mode);
        File.Delete(source);
        return path;
    }

    /// <summary>Copies a program to the path, in place of whatever is there, in one step.</summary>
    public static void Install(string source, string path, string mode = "755")
    {
        string made = $"{path}.{Guid.NewGuid():N}";
        Command.Run(Checkout.MachineProgram("install"), "-m", mode, source, made).Succeeded();
        File.Move(made, path, overwrite: true);
    }
}
