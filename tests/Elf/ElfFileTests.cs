using System.Text;

namespace GpuContainers.Elf.Tests;

public sealed class ElfFileTests
{
    [Fact]
    public void The_C_library_of_this_machine_is_understood()
    {
        ElfFile file = Files.Open(Files.LibC)!;
        ElfDynamic dynamic = file.ReadDynamic(withNeeded: true)!;
        Assert.True(file.Is64Bit);
        Assert.False(file.IsBigEndian);
        Assert.Equal(3, file.Type);
        Assert.Equal("libc.so.6", Encoding.UTF8.GetString(dynamic.Soname!));
        Assert.Contains(dynamic.Needed, n => Encoding.UTF8.GetString(n).StartsWith("ld-linux", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u007fELF")]
    [InlineData("/* GNU ld script */ GROUP ( /lib/libc.so.6 )")]
    public void Other_files_are_no_ELF_files(string content) => Assert.Null(Files.Of(Encoding.UTF8.GetBytes(content)));
}
