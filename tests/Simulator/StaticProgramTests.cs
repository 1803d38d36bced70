using System.Diagnostics;
using GpuContainers.Simulator.Elf;

namespace GpuContainers.Simulator.Tests;

public sealed class StaticProgramTests
{
    [Fact]
    public void It_prints_its_text_and_exits_0()
    {
        string path = Path.Combine(Path.GetTempPath(), "static-program-" + Guid.NewGuid().ToString("N"));
        string written = path + ".written";
        File.WriteAllBytes(written, StaticProgram.Printing("a text with ü\n"));
        ProgramFile.Install(written, path);
        File.Delete(written);
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(path) { RedirectStandardOutput = true })!;
            Assert.Equal("a text with ü\n", process.StandardOutput.ReadToEnd());
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
