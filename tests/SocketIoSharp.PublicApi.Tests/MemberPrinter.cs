using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SocketIoSharp.PublicApi.Tests;

/// <summary>Prints the members of one type.</summary>
internal static class MemberPrinter
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    // The attributes that change what a caller may write or will be told.
    private static readonly string[] s_attributesThatMatter =
    [
        "OverloadResolutionPriorityAttribute", "ObsoleteAttribute", "ExperimentalAttribute", "RequiresUnreferencedCodeAttribute",
        "RequiresDynamicCodeAttribute", "FlagsAttribute", "UnsupportedOSPlatformAttribute", "CollectionBuilderAttribute",
    ];

    // The compiler's marks on required members and ref structs, not words of the source.
    private static readonly string[] s_compilerMessages = ["Constructors of types with required members", "Types with embedded references"];

    private static readonly NullabilityInfoContext s_nullability = new();

    public static IEnumerable<string> Lines(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => Prefix(field) + string.Create(CultureInfo.InvariantCulture, $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}"));
        }

        return type.GetMembers(Declared).Select(Line).OfType<string>();
    }

    public static string Delegate(Type type)
    {
        var invoke = type.GetMethod("Invoke")!;
        return $"{ReturnType(invoke)} {TypeNames.OfDeclaration(type)}({Parameters(invoke)}){TypeNames.ConstraintsOf(type.GetGenericArguments())}";
    }

    public static IEnumerable<string> Attributes(MemberInfo member) =>
        member.CustomAttributes
            .Where(data => s_attributesThatMatter.Contains(data.AttributeType.Name, StringComparer.Ordinal))
            .Where(data => !s_compilerMessages.Any(start => (data.ConstructorArguments.FirstOrDefault().Value as string)?.StartsWith(start, StringComparison.Ordinal) == true))
            .Select(data =>
            {
                var arguments = data.ConstructorArguments.Select(argument => Constant(argument.Value))
                    .Concat(data.NamedArguments.Select(argument => $"{argument.MemberName} = {Constant(argument.TypedValue.Value)}"));
                var name = data.AttributeType.Name[..^"Attribute".Length];
                var list = string.Join(", ", arguments);
                return list.Length > 0 ? $"[{name}({list})]" : $"[{name}]";
            })
            .Order(StringComparer.Ordinal);

    public static bool IsProtected(Type type) => type.IsNestedFamily || type.IsNestedFamORAssem;

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo constructor when IsVisible(constructor) && !constructor.IsStatic =>
            $"{Prefix(constructor)}{Access(constructor)}{constructor.DeclaringType!.Name.Split('`')[0]}({Parameters(constructor)})",
        MethodInfo method when IsVisible(method) && !IsWrittenByTheCompiler(method) => Method(method),
        PropertyInfo property when Accessors(property).Any(IsVisible) => Property(property),
        EventInfo @event when IsVisible(@event.AddMethod!) =>
            $"{Prefix(@event)}{Access(@event.AddMethod!)}{Modifiers(@event.AddMethod!)}event {TypeNames.Of(@event.EventHandlerType!, s_nullability.Create(@event))} {@event.Name}",
        FieldInfo field when field is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true } => Field(field),
        _ => null,
    };

    private static string Method(MethodInfo method)
    {
        var parameters = method.IsGenericMethodDefinition ? method.GetGenericArguments() : [];
        var generic = parameters.Length > 0 ? $"<{string.Join(", ", parameters.Select(parameter => parameter.Name))}>" : "";
        return $"{Prefix(method)}{Access(method)}{Modifiers(method)}{ReturnType(method)} {method.Name}{generic}({Parameters(method)}){TypeNames.ConstraintsOf(parameters)}";
    }

    private static string Property(PropertyInfo property)
    {
        var accessors = Accessors(property).Where(IsVisible).ToList();
        var widest = accessors.Find(accessor => accessor.IsPublic) ?? accessors[0];
        var index = property.GetIndexParameters();
        var name = index.Length > 0 ? $"this[{string.Join(", ", index.Select(Parameter))}]" : property.Name;
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var words = accessors.Select(accessor => (Access(accessor) == Access(widest) ? "" : Access(accessor)) + Word(property, accessor));
        return $"{Prefix(property)}{Access(widest)}{Modifiers(widest)}{required}{ByRef(property.PropertyType, property)}{TypeNames.OfPlace(property.PropertyType, s_nullability.Create(property), property.CustomAttributes, widest)} {name} {{ {string.Join("; ", words)}; }}";
    }

    private static string Field(FieldInfo field)
    {
        var access = field.IsPublic ? "public " : "protected ";
        var type = TypeNames.OfPlace(field.FieldType, s_nullability.Create(field), field.CustomAttributes, field);
        return field.IsLiteral
            ? $"{Prefix(field)}{access}const {type} {field.Name} = {Constant(field.GetRawConstantValue())}"
            : $"{Prefix(field)}{access}{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{type} {field.Name}";
    }

    private static string Word(PropertyInfo property, MethodInfo accessor)
    {
        if (accessor == property.GetMethod)
        {
            return "get";
        }

        return accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init" : "set";
    }

    private static IEnumerable<MethodInfo> Accessors(PropertyInfo property) => property.GetAccessors(nonPublic: true).OrderBy(accessor => accessor == property.SetMethod);

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // Accessors are printed with their property or event; what a record gets for free is said by the word record.
    private static bool IsWrittenByTheCompiler(MethodInfo method) =>
        (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal)) || method.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static string Access(MethodBase method)
    {
        // Members of an interface are public without saying so.
        if (method.DeclaringType!.IsInterface && method.IsPublic)
        {
            return "";
        }

        return method.IsPublic ? "public " : "protected ";
    }

    private static string Modifiers(MethodInfo method)
    {
        var isInterface = method.DeclaringType!.IsInterface;
        if (method.IsStatic)
        {
            return isInterface && method.IsAbstract ? "static abstract " : "static ";
        }

        if (!method.IsVirtual || (isInterface && method.IsAbstract))
        {
            return "";
        }

        if (method.IsAbstract)
        {
            return "abstract ";
        }

        if (method.GetBaseDefinition() != method)
        {
            return method.IsFinal && !method.DeclaringType.IsSealed ? "sealed override " : "override ";
        }

        return method.IsFinal ? "" : "virtual ";
    }

    private static string ReturnType(MethodInfo method) =>
        ByRef(method.ReturnType, method.ReturnParameter) + TypeNames.OfPlace(method.ReturnType, s_nullability.Create(method.ReturnParameter), method.ReturnParameter.CustomAttributes, method);

    private static string ByRef(Type type, ICustomAttributeProvider place)
    {
        if (!type.IsByRef)
        {
            return "";
        }

        return place.IsDefined(typeof(IsReadOnlyAttribute), inherit: false) ? "ref readonly " : "ref ";
    }

    private static string Parameters(MethodBase method)
    {
        var isExtension = method.IsDefined(typeof(ExtensionAttribute), inherit: false);
        return (isExtension ? "this " : "") + string.Join(", ", method.GetParameters().Select(Parameter));
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var word = "";
        if (parameter.ParameterType.IsByRef)
        {
            word = (parameter.IsOut, parameter.IsIn) switch
            {
                (true, _) => "out ",
                (_, true) => "in ",
                _ => "ref ",
            };
        }
        else if (parameter.IsDefined(typeof(ParamArrayAttribute), inherit: false) || parameter.IsDefined(typeof(ParamCollectionAttribute), inherit: false))
        {
            word = "params ";
        }

        var value = parameter.HasDefaultValue ? " = " + Default(parameter) : "";
        return $"{word}{TypeNames.OfPlace(parameter.ParameterType, s_nullability.Create(parameter), parameter.CustomAttributes, parameter.Member)} {parameter.Name}{value}";
    }

    private static string Default(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (parameter.RawDefaultValue is null)
        {
            return parameter.ParameterType.IsValueType && type == parameter.ParameterType ? "default" : "null";
        }

        return type.IsEnum ? $"{TypeNames.Of(type)}.{Enum.ToObject(type, parameter.RawDefaultValue)}" : Constant(parameter.RawDefaultValue);
    }

    private static string Constant(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        char letter => $"'{letter}'",
        bool truth => truth ? "true" : "false",
        Type type => $"typeof({TypeNames.Of(type)})",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Prefix(MemberInfo member) => string.Concat(Attributes(member).Select(attribute => attribute + " "));
}
